"""Drafts in PDF: paragraphs of the text layer with their pages."""

from .support import pdf, read, refused


def test_the_text_layer_of_a_pdf_with_its_pages() -> None:
    draft = read("a.pdf", pdf(*(f"GB/T 1\nText of page {number}.\n{number}" for number in range(1, 4))))
    assert [(block.text, block.page) for block in draft.blocks] == [(f"Text of page {number}.", number) for number in range(1, 4)]


def test_a_scan_and_a_damaged_pdf() -> None:
    assert refused("a.pdf", pdf("")).key == "drafts.pdf.scanned"
    assert refused("a.pdf", b"%PDF-1.4 cut").key == "drafts.no-pdf"
    assert refused("a.pdf", b"\x00\xff").key == "drafts.no-pdf"


def test_a_paragraph_goes_on_over_the_end_of_a_page_past_its_margins() -> None:
    lines = ["word " * 15 + str(number) for number in range(3)]
    draft = read("a.pdf", pdf(*(f"GB/T 1.1\nDraft\n{line}\nPage {number}\n- {number} -" for number, line in enumerate(lines, 1))))
    assert [(block.text, block.page) for block in draft.blocks] == [(" ".join(lines), 1)]
