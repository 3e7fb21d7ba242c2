"""The desk of footprints: statements from tables, sealing, and what waits after them.

item_columns, item_table    the table of line items: what it may say, and each bad cell
header                      what a statement says beside its lines: a small TOML or JSON file
lookup                      admitted factors, upstream statements and methods in the log
statement                   a draft out of all of it, calculated
disclosures                 sealing, and the holder's private file
drafts                      opinion, certificate, filing, label, surveillance, CBAM data
worklist                    what waits for whom
chain_view                  the way from a label to the factors, for people

A draft fills in what follows from the log and leaves to the signer what the signer says.
"""
