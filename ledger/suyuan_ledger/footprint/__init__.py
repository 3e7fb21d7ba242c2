"""Footprints: a product's total from line items, exactly (docs/spec/footprint.md).

    figures       decimal texts to fractions and back
    units         quantities in the unit that a factor is per
    formulas      emissions that no factor states: anode oxidation, perfluorocarbons
    foundations   what a statement rests on: admitted factors, other statements, a method
    emission      the emission of one line item
    totals        total, subtotals, the result as it is displayed
    shares        primary data, external data, what is cut off
    claims        what a line item says about its factor, against the factor itself
    electricity   instruments, certificates, transmission and distribution
    sealing       figures that travel apart, under a salted digest (RFC 9901)
    arithmetic    `calculate` fills a draft, `check` refuses a wrong statement
    certificate   what a certificate may say of its statement, and until when
    label         what a label may say of its certificate, and the address in its code

The verifier calculates the same with code of its own; nothing here is shared with it.
"""
