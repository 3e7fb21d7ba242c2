"""`suyuan label artwork | certificate | code`: what is printed of a label's bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suyuan_ledger.cli.context import note, read_file, write_file
from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from suyuan_ledger.label.source import LabelSource
    from suyuan_ledger.label.symbol import Symbol

BundleArgument = Annotated[Path, typer.Argument(help="Bundle of the label, *.suyuan.json.")]
PolicyOption = Annotated[
    Path, typer.Option("--trust", help="Trust policy under which it is verified before.")
]
StatusOption = Annotated[
    Path | None,
    typer.Option("--status", help="A fresher status of the bundle.", show_default=False),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")]


def artwork(
    bundle: BundleArgument,
    trust: PolicyOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="SVG file to write.")],
    status: StatusOption = None,
    force: ForceOption = False,
) -> None:
    """Draw the label as SVG, 70 mm wide, in Chinese and English."""
    from suyuan_ledger.label.artwork import CODE_SIDE, draw_label  # noqa: PLC0415 - slow imports
    from suyuan_ledger.label.symbol import make_symbol  # noqa: PLC0415

    source = _verified(bundle, trust, status)
    write_file(out, draw_label(source.label, source.standing), force=force)
    symbol = make_symbol(source.label.subject["qr"])
    width = symbol.module_width(CODE_SIDE)
    side = symbol.modules * width
    note(
        f"label written to {out}; QR {symbol.version}-{symbol.level}, {side} mm, module {width} mm",
        f"标签已写入 {out}；二维码 {symbol.version}-{symbol.level}，边长 {side} 毫米，"
        f"模块 {width} 毫米",
    )


def certificate(
    bundle: BundleArgument,
    trust: PolicyOption,
    out: Annotated[Path, typer.Option("--out", "-o", help="PDF file to write.")],
    font: Annotated[
        Path | None,
        typer.Option("--font", help="Font file with Chinese characters.", show_default=False),
    ] = None,
    status: StatusOption = None,
    force: ForceOption = False,
) -> None:
    """Set the label's certificate as PDF/A, with all that it rests on."""
    from suyuan_ledger.label.certificate import print_certificate  # noqa: PLC0415 - slow imports

    source = _verified(bundle, trust, status)
    write_file(out, print_certificate(source, font), force=force)
    note(f"certificate written to {out}", f"证书已写入 {out}")


def code(
    bundle: BundleArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="SVG or PNG file to write.", show_default=False),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Print the signed label record as the text of a QR code, or draw that code."""
    from suyuan_ledger.label.code import checked_code  # noqa: PLC0415 - slow imports
    from suyuan_ledger.label.source import read_label  # noqa: PLC0415
    from suyuan_ledger.label.symbol import make_symbol  # noqa: PLC0415

    text = checked_code(read_label(read_file(bundle)))
    if out is None:
        typer.echo(text)
        return
    symbol = make_symbol(text, "L")
    write_file(out, _drawn(symbol, out), force=force)
    note(
        f"code written to {out}; QR {symbol.version}-{symbol.level}",
        f"标识码已写入 {out}；二维码 {symbol.version}-{symbol.level}",
    )


def _drawn(symbol: Symbol, out: Path) -> bytes:
    from suyuan_ledger.label.symbol import symbol_png, symbol_svg  # noqa: PLC0415 - slow import

    if out.suffix == ".svg":
        return symbol_svg(symbol)
    if out.suffix == ".png":
        return symbol_png(symbol)
    raise RefusedError("print.format", pointer=str(out), expected=".svg or .png", found=out.suffix)


def _verified(bundle: Path, trust: Path, status: Path | None) -> LabelSource:
    """Verify the bundle; say so if the verifier could not decide."""
    from suyuan_ledger.label.source import open_label  # noqa: PLC0415 - slow import

    source = open_label(
        read_file(bundle),
        read_file(trust),
        datetime.now(UTC),
        read_file(status) if status else None,
    )
    if not source.standing.valid:
        found = ", ".join(source.standing.open)
        note(
            f"UNDECIDED, which the print says: {found}",
            f"未定，印件上将予以注明：{found}",
        )
    return source
