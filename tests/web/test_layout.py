"""How pages fit into windows, measured in a browser: nothing but wide tables and code scrolls sideways, the search box shows its hint."""

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
PATHS = [
    *("/", "/matrix", "/src/isg2025", "/questions", "/questions/CQ17?level=L3", "/questions/CQ46", "/sparql", "/check", "/validate"),
    *("/c/C203", "/link/XL283", "/cite/XL283", "/answer?question=CQ17", "/search?q=S", "/scheme/S", "/ont", "/shapes", "/nowhere"),
]
MEASURE = """
onload = () => document.querySelectorAll("iframe").forEach((frame) => {
  const inner = frame.contentDocument, page = inner.documentElement, box = inner.querySelector("input[type=search]");
  const ruler = inner.createElement("span"), style = inner.defaultView.getComputedStyle(box);
  ruler.textContent = box.placeholder; ruler.style.font = style.font; ruler.style.position = "absolute"; ruler.style.whiteSpace = "nowrap";
  const across = page.scrollWidth - page.clientWidth;
  inner.body.append(ruler);
  const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  document.getElementById("found").append(`${across} ${Math.round(room - ruler.getBoundingClientRect().width)};`);
});
"""


def measured(client: FlaskClient, folder: Path, width: int, lang: str) -> list[tuple[int, int]]:
    """Of each page in a window so wide: the pixels that it scrolls sideways, and the room that the hint of the search box leaves."""
    style = client.get("/static/style.css").get_data(as_text=True)
    frames = []
    for path in PATHS:
        page = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers={"Accept": "text/html"}).get_data(as_text=True)
        whole = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: f"<style>{style}</style>", page)
        frames.append(f'<iframe style="border: 0; width: {width}px; height: 900px" srcdoc="{html.escape(whole)}"></iframe>')
    file = folder / "pages.html"
    document = f"<!doctype html><meta charset=utf-8>{''.join(frames)}<p id=found></p><script>{MEASURE}</script>"
    file.write_text(document, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000"]
    done = subprocess.run([BROWSER, *options, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=120, check=False)
    (found,) = re.findall('<p id="found">(.*?)</p>', done.stdout)
    return [(int(across), int(room)) for across, room in (entry.split() for entry in found.split(";") if entry)]


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium: the layout of pages was not measured")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [420, 1200])
def test_pages_fit_into_a_window(client: FlaskClient, tmp_path: Path, width: int, lang: str) -> None:
    found = measured(client, tmp_path, width, lang)
    assert len(found) == len(PATHS)
    assert [(path, across) for path, (across, _) in zip(PATHS, found, strict=True) if across > 0] == []
    assert min(room for _, room in found) >= 0
