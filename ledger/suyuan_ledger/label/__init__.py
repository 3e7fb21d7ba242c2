"""Labels in print: QR codes, artwork, certificates (docs/spec/label.md).

Everything printed comes out of a bundle that was verified just before (`source`): the label record
says what may be shown, its provenance what it rests on. Nothing here decides, computes or rounds a
figure, and the same input gives the same bytes.

    digital_link   GS1 Digital Link URIs, built and read
    symbol         QR symbols: error correction, size in print, SVG and PNG
    code           the signed label record as the text of a QR symbol
    source         a bundle, verified: the label and whether it may be printed
    provenance     what the label rests on, record by record
    artwork        the label as SVG
    certificate    the certificate as PDF/A: sheet, footprint_sheet and columns say what
                   stands on it, certificate.typ where
"""
