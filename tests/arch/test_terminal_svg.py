"""tools/terminal-svg: what it draws, and that the picture in the README is one of its pictures."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"

CAPTURE = "$ onionchat\nThis is \x1b[1mAlice\x1b[0m\x1b[39m.\n\x1b[2m  <b> & \x1b[7mx\x1b[0m\n\n\n"


def draw(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "terminal-svg"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_texts_and_styles(tmp_path):
    (tmp_path / "a.txt").write_text(CAPTURE)
    run = draw(f"Alice={tmp_path / 'a.txt'}", f"Bob={tmp_path / 'a.txt'}")
    assert (run.returncode, run.stderr) == (0, "")
    texts = list(ElementTree.fromstring(run.stdout).iter(f"{SVG}text"))
    assert [text.text for text in texts[: len(texts) // 2]] == [
        "Alice",
        "$ onionchat",
        "This is",
        "Alice",
        ".",
        "<b> &",
        "x",
    ]
    assert texts[3].get("font-weight") == "bold"
    assert texts[4].get("font-weight") is None
    assert texts[5].get("opacity") == "0.6"
    assert "\x1b" not in run.stdout


def test_without_arguments_it_says_how():
    run = draw("a.txt")
    assert (run.returncode, run.stdout) == (2, "")
    assert "capture-pane" in run.stderr


def test_the_picture_of_the_readme_can_be_drawn():
    picture = ElementTree.parse(ROOT / "docs" / "screenshot.svg").getroot()
    titles = [text.text for text in picture.iter(f"{SVG}text") if text.get("text-anchor")]
    assert titles == ["Alice", "Bob"]
