"""Step 9: footprints recomputed line by line, in exact decimals (docs/spec/footprint.md).

exact         products, sums and one rounding
rules         what a rule set says of footprints
statement     a statement's lines, with what was disclosed of sealed ones
factors       what each line names: an admitted factor, another statement
emission      the emission of one line
totals        totals, subtotals, shares and caps
electricity   which factor which supply may claim, and losses on the way
lineage       products among their own precursors, certificates counted twice
arithmetic    all of it over one bundle
"""
