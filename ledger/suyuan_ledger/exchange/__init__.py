"""Views: what a signed record says, in formats of other systems (docs/spec/views.md).

A view is a projection of a verified bundle. It adds nothing that no record says, names the content
digest of its source, and whoever holds the bundle can make it again and compare. The verifier does
so with code of its own.

    dossier       a bundle, verified and taken apart: which statement, certificate, factors
    line_items    line items with the figures that the bundle discloses
    admitted      the admitted factors of a bundle and what happened to them
    identifiers   names that are the same in every export
    exact         numbers in full, never through a float
    json_text     JSON whose numbers keep their digits
    csv_text      CSV that spreadsheets read as it is meant
    archive       zip files that are the same bytes everywhere
    notice        the sentence that every view carries
    pact          PACT v3 ProductFootprint
    untp          members that both UNTP credentials have
    passport      UNTP Digital Product Passport
    conformity    UNTP Digital Conformity Credential
    did_web       issuers of tokens: syntax, key identifiers, DID documents
    token         credentials as `vc+jwt`
    cbam          CBAM data, a series of its own
    openlca       olca-schema 2
    tables        line items and factors as tables
"""
