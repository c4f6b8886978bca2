#!/usr/bin/python3
"""The explorer's page in a real browser: everything on it is used as a person would, and pictures of it are kept to look at.

Needs Debian's chromium, chromium-driver and python3-selenium, and the program built (make build). Uses drawn portraits alone.

    Tests/Browser/explorer.py                     # the test; says what fails, and ends with 1 then, or 77 without a browser
    Tests/Browser/explorer.py --screenshots shots # the same, and PNG files of the page in shots/
"""

import argparse
import base64
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
try:
    from selenium import webdriver
    from selenium.webdriver import ActionChains, Keys
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
except ImportError:
    DRIVER = None

# Finds what keeps people from using a page; Tools/install-dependencies --tests brings it.
AXE = Path(__file__).resolve().parents[2] / ".axe/axe.min.js"
# The exit code that says that nothing was tested, as Automake has it.
SKIPPED = 77
REPOSITORY = Path(__file__).resolve().parents[2]
LIA = os.environ.get("LIA", str(REPOSITORY / ".build/release/lia"))


class Explorer:
    """`lia explore --serve` with models of its own, so that names which the test gives stay in the test."""

    def __init__(self, folder, *options):
        environment = dict(os.environ, LIA_MODELS=str(folder / "models"), HOME=str(folder), TMPDIR=str(folder / "temporary"))
        environment.pop("XDG_DATA_HOME", None)
        (folder / "temporary").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [LIA, "explore", "--serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment)
        line = self.process.stdout.readline()
        found = re.search(r"http://[0-9.]+:\d+/", line)
        assert found, f"expected an address, found {line!r}"
        self.address = found.group()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


class Page:
    """A browser with the page open."""

    def __init__(self, address, downloads, width=1280, height=900, dark=False):
        options = webdriver.ChromeOptions()
        options.binary_location = BROWSER
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
                     "--no-first-run", "--hide-scrollbars", f"--window-size={width},{height}"):
            options.add_argument(word)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads), "download.prompt_for_download": False})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.driver.get(address)
        self.wait(lambda: self.run("return document.body.dataset.ready"), "the page to be ready")

    def run(self, script, *values):
        return self.driver.execute_script(script, *values)

    def row(self, direction, what):
        """A part of a direction's row."""
        return self.find(f".direction[data-number='{direction}'] {what}")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def wait(self, condition, what, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.03)
        self.driver.save_screenshot(str(Path(tempfile.gettempdir()) / "explorer-failure.png"))
        raise AssertionError(f"waited {seconds} s for {what}; the page is {self.driver.current_url}" + self.complaint())

    def click(self, selector):
        self.find(selector).click()

    def alert(self):
        return self.run("const a = document.getElementById('alert'); return a.hidden ? '' : a.textContent.trim()")

    def complaint(self):
        return f" and says {self.alert()!r}" if self.driver.current_url != "about:blank" else ""

    def pixels(self, canvas="first"):
        """A canvas as text, to compare."""
        return self.run("return document.getElementById(arguments[0]).toDataURL()", canvas)

    def settled(self, canvas="first"):
        """The canvas once no frame is on its way."""
        self.wait(lambda: self.run("return !live.dirty && live.flying === 0"), "frames to arrive")
        return self.pixels(canvas)

    def drop(self, *files):
        """Drops files onto the page, (path, kind) each, as a mouse would."""
        self.run(
            """
            const transfer = new DataTransfer();
            for (const [content, name, type] of arguments[0]) {
                const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
                transfer.items.add(new File([bytes], name, { type }));
            }
            for (const name of ['dragenter', 'dragover', 'drop'])
                document.body.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer }));
            """, [[base64.b64encode(Path(path).read_bytes()).decode(), Path(path).name, kind] for path, kind in files])

    def slide(self, direction, value):
        """Moves a slider as a drag does: input at each step, change at the end."""
        self.run(
            """
            const slider = document.querySelector(`.direction[data-number="${arguments[0]}"] .slider`);
            for (const part of [0.25, 0.5, 0.75, 1]) {
                slider.value = arguments[1] * part;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            }
            slider.dispatchEvent(new Event('change', { bubbles: true }));
            """, direction, value)

    def amounts(self):
        return self.run("return current().edit")

    def findings(self, what):
        """What axe-core finds wrong with the page as it is now."""
        if not AXE.exists():
            return []
        # As the program's own page it may run no scripts of others: this one comes through the browser's own door.
        self.run(AXE.read_text())
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document).then((result) => done(result.violations), (error) => done(String(error)))")
        assert isinstance(found, list), found
        return [f"{what}: {one['id']}, {node['html'][:160]} ({node.get('failureSummary', '')})" for one in found for node in one["nodes"]]

    def close(self):
        errors = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        self.driver.quit()
        return errors


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print("  ok:", what, flush=True)


def draw(folder):
    """A portrait and a driving video, drawn."""
    portrait, video = folder / "drawn person.png", folder / "talk.mp4"
    for words in (["--identity", "11", "--size", "256", "--output", str(portrait)],
                  ["--identity", "4", "--motion", "9", "--frame-count", "30", "--size", "128", "--output", str(video)]):
        subprocess.run([LIA, "puppets", "--quiet", *words], check=True)
    return portrait, video


def downloaded(page, folder, name):
    path = folder / name
    page.wait(lambda: path.exists() and path.stat().st_size > 0 and not list(folder.glob("*.crdownload")), f"the file {name}")
    return path.read_bytes()


def use(page, folder, downloads, shots):
    portrait, video = draw(folder)

    def shoot(name):
        if shots:
            page.driver.save_screenshot(str(shots / f"{name}.png"))

    shoot("welcome")
    check(page.find("#welcome").is_displayed() and not page.find("#work").is_displayed(), "an empty page asks for a portrait")
    page.drop((portrait, "image/png"))
    page.wait(lambda: page.find("#work").is_displayed(), "the portrait")
    unchanged = page.settled()
    large, square = page.run("return [document.getElementById('first').width, page.portrait.square.side]")
    check(large == min(256, square // 2 * 2), "the face of a dropped picture is shown, as large as it is")

    # Sliders, by drag, keys, number and double click.
    page.slide(8, 2)
    moved = page.settled()
    check(moved != unchanged, "a slider changes the picture")
    check(page.pixels("original") != moved, "the original stands beside it")
    slider = page.row(8, ".slider")
    slider.send_keys(Keys.ARROW_RIGHT)
    check(abs(page.amounts()[7] - 2.05) < 1e-6, "an arrow key moves a slider by a step")
    ActionChains(page.driver).double_click(slider).perform()
    check(page.amounts()[7] == 0, "a double click sets it to zero")
    check(page.settled() == unchanged, "and the picture is as it was")
    amount = page.row(8, ".amount")
    amount.send_keys("4.5", Keys.ENTER)
    check(page.amounts()[7] == 4.5 and float(slider.get_attribute("max")) >= 4.5, "a typed number may lie beyond the range")
    far = page.settled()

    # History.
    page.click("#undo")
    check(page.amounts()[7] == 0 and page.settled() == unchanged, "undo takes it back")
    page.click("#redo")
    check(page.amounts()[7] == 4.5 and page.settled() == far, "redo does it again")
    page.find("body").click()
    ActionChains(page.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    check(page.amounts()[7] == 0, "Ctrl+Z undoes")
    page.click("#random")
    random = page.amounts()
    check(sum(1 for value in random if value) > len(random) / 2, "randomize moves the directions")
    page.click("#mirror")
    check(all(abs(a + b) < 1e-6 for a, b in zip(page.amounts(), random)), "mirror turns each to its opposite")
    page.click("#reset")
    check(not any(page.amounts()) and page.settled() == unchanged, "reset sets all to zero")
    page.click("#canonical")
    check(page.settled() != unchanged, "the canonical pose is shown")
    shoot("canonical")
    page.click("#reset")
    check(page.settled() == unchanged, "reset leaves the canonical pose")

    # Two settings.
    page.slide(8, 2)
    page.click("#slots label:nth-child(2)")
    check(not any(page.amounts()) and page.settled() == unchanged, "setting B is another than A")
    page.click("#slots label:nth-child(1)")
    check(page.settled() == moved, "and A is kept")
    page.click("#copy-slot")
    page.click("#slots label:nth-child(2)")
    check(page.settled() == moved, "A can be copied to B")
    page.click("#slots label:nth-child(1)")
    page.run(
        "const s = document.getElementById('strength'); s.value = 0; s.dispatchEvent(new Event('input')); "
        "s.dispatchEvent(new Event('change'))")
    check(page.settled() == unchanged, "no strength, no change")
    page.click("#undo")
    check(page.settled() == moved, "the strength can be undone")

    # The original while a key is held.
    page.find("body").click()
    ActionChains(page.driver).key_down("o").perform()
    check(page.pixels() == page.pixels("original"), "holding O shows the original")
    ActionChains(page.driver).key_up("o").perform()
    check(page.settled() == moved, "letting go shows the edit again")

    # Views at every level.
    seen = set()
    levels = page.run("return page.model.views[0].sides")
    for view in ("flow", "mask", "features", "difference", "image"):
        page.run("document.querySelector(`input[name=view][value=${arguments[0]}]`).click()", view)
        for level, side in enumerate(levels):
            page.run("const l = document.getElementById('level'); l.value = arguments[0]; l.dispatchEvent(new Event('change'))", level)
            seen.add(page.settled())
            # The last level's image is the result, as large as the portrait.
            shown = large if view == "image" and side == levels[-1] else side
            check_quietly(page.run("return document.getElementById('first').width") == shown, f"{view} at {side} px")
        if view in ("flow", "features"):
            shoot(view)
    check(len(seen) == 5 * len(levels), f"five views at {len(levels)} levels are {5 * len(levels)} pictures")
    check(page.settled() == moved, "and the image is the last of them")

    # Thumbnails.
    page.wait(lambda: page.run(
        "const ends = [...document.querySelectorAll('.end')].map((end) => end.toDataURL()); return new Set(ends).size === ends.length"),
        "a thumbnail at both ends of each slider")
    check(True, "each slider has two thumbnails of its own")
    shoot("edited")

    # Names.
    page.row(8, ".name").click()
    page.driver.switch_to.active_element.send_keys("nod", Keys.ENTER)
    page.wait(lambda: page.row(8, ".name").text == "nod", "the new name")
    kept = json.loads((folder / "models/portrait/directions.json").read_text())
    check(kept["directions"][0]["name"] == "nod" and kept["directions"][0]["number"] == 8, "a name is kept beside the model")
    page.row(3, ".name").click()
    page.driver.switch_to.active_element.send_keys("nod", Keys.ENTER)
    page.wait(lambda: "already" in page.alert(), "the refusal of a name that is taken")
    shoot("refused-name")
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    check(page.alert() == "", "a name that is taken is refused, and Escape gives up")

    # The command line, the picture and the magnitudes.
    page.run("document.getElementById('command-details').open = true")
    command = page.wait(lambda: page.find("#command").text, "the command line")
    check(command == "lia edit --source 'drawn person.png' --set=nod=2 --output 'drawn person-edited.png'", f"the command: {command}")
    page.click("#save-png")
    picture = downloaded(page, downloads, "drawn person-edited.png")
    check(picture[:4] == b"\x89PNG" and b"synthetic" in picture, "the picture is saved and says that it is synthetic")
    made = run_command(folder, command) and (folder / "drawn person-edited.png").read_bytes()
    check(pixels_of(made) == pixels_of(picture), "the command line makes the same picture")
    page.click("#save-json")
    motion = json.loads(downloaded(page, downloads, "drawn person-motion.json"))
    check(len(motion["frames"]) == 1 and len(motion["frames"][0]["magnitudes"]) == len(random), "the magnitudes are saved")

    # Motion.
    page.drop((video, "video/mp4"))
    page.wait(lambda: page.find("#player").is_displayed(), "the driving video")
    page.wait(lambda: page.run("return page.frame") > 5, "the motion to play")
    if not page.find("#second-pane").is_displayed():
        check("as far from its own pose" in page.find("#absolute-note").text, "absolute mode is not offered first where it does not suit")
        page.click("#show-absolute")
    check(page.find("#second-pane").is_displayed(), "a dropped video plays in both modes")
    page.click("#play")
    shoot("motion")
    page.run("const s = document.getElementById('scrub'); s.value = 20; s.dispatchEvent(new Event('input'))")
    relative, absolute = page.settled(), page.pixels("second")
    check(relative != absolute and page.run("return page.frame") == 20, "scrubbing shows a frame in both modes")
    for chip in page.driver.find_elements(By.CSS_SELECTOR, "#chips button"):
        chip.click()
    muted = page.settled()
    check(muted == moved and page.pixels("second") == moved, "with every direction muted the portrait keeps its own pose")
    for _ in range(len(random)):
        page.click("#undo")
    check(page.settled() == relative, "muting can be undone")
    value = page.run("const s = curveScale(); return (s.high - moved(20, 2)) / (s.high - s.low)")
    box = page.find("#curves").rect
    at = page.run("return page.motion.times[20] / page.motion.duration")
    page.run(
        "const b = document.getElementById('curves').getBoundingClientRect();"
        "document.getElementById('curves').dispatchEvent(new MouseEvent('click',"
        "{clientX: b.left + b.width * arguments[0] + 0.5, clientY: b.top + b.height * arguments[1]}))", at, value)
    check(box["width"] > 100 and len(page.run("return current().muted")) == 1, "a click on a curve mutes its direction")
    page.click("#save-mp4")
    film = downloaded(page, downloads, "drawn person-relative.mp4")
    check(b"ftyp" in film[:16] and b"synthetic" in film, "the video is saved")
    command = page.wait(lambda: "animate" in page.find("#command").text and page.find("#command").text, "the command line")
    check(
        run_command(folder, command) and (folder / "drawn person-relative.mp4").read_bytes() == film,
        "the command line makes the same video")
    page.run("document.querySelector('input[name=mode][value=absolute]').click()")
    (downloads / "drawn person-motion.json").unlink()
    page.click("#save-json")
    motion = json.loads(downloaded(page, downloads, "drawn person-motion.json"))
    check(len(motion["frames"]) == 30, "the magnitudes of each frame are saved")
    last = page.settled("second")
    page.click("#reset")
    for number in page.run("return current().muted"):
        page.click(f"#chips button[data-number='{number}']")
    page.drop((downloads / "drawn person-motion.json", "application/json"))
    page.wait(lambda: "motion.json" in page.find("#motion-name").text, "the motion file")
    page.click("#play")
    page.run("const s = document.getElementById('scrub'); s.value = 20; s.dispatchEvent(new Event('input'))")
    check(page.settled("second") == last, "played back in absolute mode they give the same frames")

    # A model is chosen again; what cannot be read is refused in words.
    bad = folder / "broken.png"
    bad.write_bytes(b"\x89PNG nothing")
    page.drop((bad, "image/png"))
    page.wait(lambda: "broken.png" in page.alert(), "the refusal of a broken picture")
    shoot("refused-picture")
    check("/" not in page.alert().replace("\u2715", ""), f"a broken picture is refused by its name: {page.alert()}")
    page.click("#alert-close")
    page.run("const m = document.getElementById('model'); m.value = 'other'; m.dispatchEvent(new Event('change'))")
    page.wait(lambda: page.run("return page.model.name") == "other", "the other model")
    page.wait(lambda: page.find("#player").is_displayed(), "the motion, encoded anew")
    check(page.find("#original").is_displayed(), "another model can be chosen; portrait and motion stay")

    # Live: sliders that move without pause. A background of other work may take one of the cores.
    page.click("#motion-remove")
    page.wait(lambda: not page.find("#second-pane").is_displayed(), "the motion to be gone")
    rate = page.driver.execute_async_script(
        """
        const done = arguments[arguments.length - 1], slider = document.querySelector('.direction[data-number="8"] .slider');
        const first = live.drawn, began = performance.now();
        let drawn = 0, last = live.drawn;
        const step = () => {
            const time = performance.now() - began;
            if (live.drawn !== last) { drawn += 1; last = live.drawn; }
            if (time > 3000) return done(drawn / time * 1000);
            slider.value = 2 * Math.sin(time / 300);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            setTimeout(step, 2);
        };
        step();
        """)
    print(f"  {rate:.1f} frames a second reached the page; it says {page.find('#rate').text}")
    check(rate > 0, "frames follow a moving slider")
    check(page.run("return live.flying") <= 2, "and nothing queues")


def begin(page, folder, downloads, shots):
    """The ways to begin: a drawn person, a video first, several files at once, a video as the portrait, and a sound."""
    portrait, video, sound = folder / "drawn person.png", folder / "talk.mp4", folder / "words.wav"
    write_sound(sound)
    page.wait(lambda: len(page.driver.find_elements(By.CSS_SELECTOR, "#gallery button")) == 6, "the gallery")
    check(page.find("#gallery button").get_attribute("aria-label") == "Drawn person 1", "drawn people are offered")

    # A video that comes first waits for its portrait.
    page.drop((video, "video/mp4"))
    page.wait(lambda: page.find("#pending").is_displayed(), "the video to wait")
    check("talk.mp4 is ready" in page.find("#pending").text and page.alert() == "", "a video dropped first asks for a portrait")
    if shots:
        page.driver.save_screenshot(str(shots / "pending.png"))
    page.driver.find_elements(By.CSS_SELECTOR, "#gallery button")[1].click()
    page.wait(lambda: page.find("#player").is_displayed(), "the video that waited")
    check(page.run("return page.portrait.name") == "example-2.png", "and moves the portrait when it comes")
    page.click("#play")
    page.click("#motion-remove")

    # Directions that have names are in groups, the others folded away.
    groups = page.run("return [...document.querySelectorAll('.group')].map((g) => [g.firstChild.firstChild.textContent, g.open])")
    check(groups == [["Head", True], ["Eyes", True], ["Mouth", True], ["Unnamed", False]], f"directions are in groups: {groups}")
    page.click(".group:last-child summary")
    check(page.find(".group:last-child .slider").is_displayed(), "the unnamed ones unfold")
    if shots:
        page.driver.save_screenshot(str(shots / "groups.png"))

    # Several files, by kind.
    page.drop((video, "video/mp4"), (portrait, "image/png"), (sound, "audio/wav"))
    page.wait(lambda: page.run("return page.portrait.name") == "drawn person.png" and page.find("#player").is_displayed(), "both files")
    check("talk.mp4" in page.find("#motion-name").text, "several files are taken by their kinds")
    page.wait(lambda: "words.wav" in page.alert(), "what is left to be named")
    page.click("#alert-close")
    page.click("#play")

    # Two people between whom absolute transfer does not suit.
    other, mover = folder / "other person.png", folder / "mover.mp4"
    for words in (["--identity", "43", "--size", "256", "--output", str(other)],
                  ["--identity", "23", "--motion", "8", "--frame-count", "50", "--size", "128", "--output", str(mover)]):
        subprocess.run([LIA, "puppets", "--quiet", *words], check=True)
    page.drop((other, "image/png"), (mover, "video/mp4"))
    page.wait(lambda: "mover.mp4" in page.find("#motion-name").text, "the other pair")
    page.run("play(false)")
    hint = page.find("#absolute-note").text
    hidden = "times as far" in hint and not page.find("#second-pane").is_displayed()
    check(hidden, f"absolute mode is hidden where it does not suit: {hint}")
    check(not page.find("#modes").is_displayed(), "and is not offered to be saved")
    page.click("#show-absolute")
    page.settled()
    check(page.find("#second-pane").is_displayed() and page.pixels("second") != page.pixels(), "but can be shown")
    if shots:
        page.driver.save_screenshot(str(shots / "absolute.png"))
    page.drop((portrait, "image/png"))
    page.wait(lambda: page.run("return page.portrait.name") == "drawn person.png", "the first portrait again")

    # A sound.
    page.drop((sound, "audio/wav"))
    page.wait(lambda: "words.wav" in page.find("#motion-name").text, "the sound")
    page.run("play(false)")
    caption, second = page.find("#first-caption").text, page.find("#second-pane")
    check(caption == "Speaking" and not second.is_displayed(), "a sound makes the portrait speak")
    page.run("showFrame(0)")
    still = page.settled()
    open_mouth = max(range(20), key=lambda frame: page.run("return page.motion.magnitudes[arguments[0]][11]", frame))
    page.run("showFrame(arguments[0])", open_mouth)
    check(page.settled() != still, f"its mouth moves (frame {open_mouth})")
    if shots:
        page.driver.save_screenshot(str(shots / "speaking.png"))
    page.run("document.getElementById('command-details').open = true")
    command = page.wait(lambda: "--audio" in page.find("#command").text and page.find("#command").text, "the command line")
    page.click("#save-mp4")
    film = downloaded(page, downloads, "drawn person-speaking.mp4")
    check(
        run_command(folder, command) and (folder / "drawn person-speaking.mp4").read_bytes() == film,
        f"the command line makes the same video: {command}")
    page.click("#motion-remove")

    # A video as the portrait: chosen, not dropped.
    page.find("#picture-file").send_keys(str(video))
    page.wait(lambda: page.run("return page.portrait.name") == "talk.mp4", "the video as the portrait")
    check("first frame of the video" in page.find("#crop-note").text, "a video can be the portrait")
    page.slide(2, 4)
    page.settled()
    command = page.wait(lambda: "talk-edited.mp4" in page.find("#command").text and page.find("#command").text, "the command line")
    page.click("#save-mp4")
    film = downloaded(page, downloads, "talk-edited.mp4")
    check(
        run_command(folder, command) and (folder / "talk-edited.mp4").read_bytes() == film,
        f"all its frames are saved, as by the command: {command}")


def far_pose(page, folder):
    """A driving head that is turned away at first: said so, with the frame from which it suits."""
    frames = folder / "turning"
    frames.mkdir()
    for number in range(12):
        subprocess.run(
            [LIA, "puppets", "--quiet", "--identity", "4", "--size", "192", "--pose", f"yaw={0.55 - 0.05 * number:.2f}",
             "--output", str(frames / f"{number:02}.png")], check=True)
    film = folder / "turning.mp4"
    subprocess.run([LIA, "edit", "--quiet", "--source", str(frames), "--set", "1=0", "--crop", "none", "--output", str(film)], check=True)
    page.click("#another")
    page.find("#picture-file").send_keys(str(folder / "drawn person.png"))
    page.wait(lambda: page.run("return page.portrait.name") == "drawn person.png", "the portrait")
    page.drop((film, "video/mp4"))
    page.wait(lambda: "turning.mp4" in page.find("#motion-name").text, "the turning head")
    if not page.run("return page.portrait.faces.length"):
        return print("  without the networks that find faces no pose is known")
    page.run("play(false)")
    page.wait(lambda: page.find("#pose-note").is_displayed(), "what is said of its pose")
    check("is turned" in page.find("#pose-note").text, f"a driving head that is turned away is named: {page.find('#pose-note').text}")
    page.run("showFrame(0)")
    before = page.settled()
    page.click("#begin-near")
    check(page.settled() != before, "motion can begin where it is near")
    number = page.run("return current().reference") + 1
    command = page.wait(lambda: f"--reference {number} " in page.find("#command").text and page.find("#command").text, "the command")
    check(True, f"and the command says so: {command}")
    page.click("#undo")
    check(page.settled() == before, "which can be undone")


def write_sound(path):
    """A second of a voice-like sound that swells and fades, as a WAV file."""
    rate, samples = 16000, bytearray()
    for index in range(rate):
        time_of = index / rate
        value = sum(math.sin(2 * math.pi * 140 * harmonic * time_of) / harmonic for harmonic in range(1, 12))
        value *= 5000 * max(0.0, math.sin(2 * math.pi * 3 * time_of))
        samples += int(value).to_bytes(2, "little", signed=True)
    header = b"RIFF" + (36 + len(samples)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    header += (1).to_bytes(2, "little") * 2 + rate.to_bytes(4, "little") + (2 * rate).to_bytes(4, "little")
    header += (2).to_bytes(2, "little") + (16).to_bytes(2, "little") + b"data" + len(samples).to_bytes(4, "little")
    path.write_bytes(header + bytes(samples))


def draw_scene(folder):
    """A drawn person, small and to the right in a gray picture of 640×400 pixels, as a PPM file."""
    person = folder / "person.bmp"
    subprocess.run([LIA, "puppets", "--quiet", "--identity", "11", "--size", "256", "--output", str(person)], check=True)
    data = person.read_bytes()
    start, side, width, height, left, top = int.from_bytes(data[10:14], "little"), 256, 640, 400, 340, 90
    pixels = bytearray(b"\x8c" * (3 * width * height))
    for y in range(side):
        # Rows from below, blue first.
        row = data[start + 3 * side * (side - 1 - y):start + 3 * side * (side - y)]
        turned = bytearray(row)
        turned[0::3], turned[2::3] = row[2::3], row[0::3]
        place = 3 * ((top + y) * width + left)
        pixels[place:place + 3 * side] = turned
    path = folder / "scene.ppm"
    path.write_bytes(b"P6\n640 400\n255\n" + bytes(pixels))
    return path


def crop(page, folder, downloads, video, shots):
    """The square in the picture: found, moved by mouse and keys, and put back."""
    page.drop((draw_scene(folder), "image/x-portable-pixmap"))
    page.wait(lambda: page.run("return page.portrait && page.portrait.name") == "scene.ppm", "the scene")
    unchanged = page.settled()
    found = page.run("return page.portrait.square")
    check(found and 380 < found["x"] < 560 and found["side"] < 400, f"the face is found where it is: {found}")
    check(len(page.driver.find_elements(By.CSS_SELECTOR, "#faces button")) == 1, "and offered by a button")
    corner = "const c = document.getElementById('overview').getContext('2d'); return [...c.getImageData(5, 5, 1, 1).data]"
    whole = page.pixels("overview")
    page.slide(8, 2)
    moved = page.settled()
    check(moved != unchanged and page.pixels("overview") != whole, "the result is shown in the picture")
    check(page.run(corner) == [140, 140, 140, 255], "and what lies outside stays as it is")
    if shots:
        page.driver.save_screenshot(str(shots / "crop.png"))
    page.find("#box").click()
    page.find("#box").send_keys(Keys.ARROW_LEFT)
    page.wait(lambda: page.run("return page.portrait.square.x") < found["x"], "the moved square")
    page.wait(lambda: page.pixels() != moved, "the other portrait")
    check(True, "arrow keys move the square, and the portrait is another")
    side = page.run("return page.portrait.square.side")
    ActionChains(page.driver).click_and_hold(page.find("#grip")).move_by_offset(12, 12).release().perform()
    page.wait(lambda: page.run("return page.portrait.square.side") > side, "the larger square")
    check(True, "its corner makes it larger")
    page.run("document.getElementById('command-details').open = true")
    square = page.run("return page.portrait.square")
    text = f"--crop={square['x']:g},{square['y']:g},{square['side']:g}"
    command = page.wait(lambda: text in page.find("#command").text and page.find("#command").text, f"the command with {text}")
    check(True, f"the command has the square: {command}")
    page.click("#save-png")
    picture = downloaded(page, downloads, "scene-edited.png")
    check(picture[16:24] == (640).to_bytes(4, "big") + (400).to_bytes(4, "big"), "the saved picture is the whole one")
    check(
        run_command(folder, command) and pixels_of((folder / "scene-edited.png").read_bytes()) == pixels_of(picture),
        "the command line makes the same picture")
    page.click("#faces button")
    page.wait(lambda: page.run("return page.portrait.square.x") == found["x"], "the face's square")
    page.wait(lambda: page.pixels() == moved, "the face's picture")
    check(True, "the button goes back to the face")
    # Another face of the video, and one that is followed.
    page.drop((video, "video/mp4"))
    page.wait(lambda: page.find("#player").is_displayed(), "the driving video")
    page.run("const f = document.getElementById('driving-follow'); f.checked = true; f.dispatchEvent(new Event('change'))")
    page.wait(lambda: "--driving-crop follow" in page.find("#command").text, "the command that follows")
    check(True, "a dropped video's face is followed where it goes")
    page.click("#motion-remove")


def check_quietly(condition, what):
    if not condition:
        raise AssertionError(what)


def run_command(folder, command):
    environment = dict(os.environ, LIA_MODELS=str(folder / "models"), HOME=str(folder), PATH=f"{folder / 'bin'}:{os.environ['PATH']}")
    subprocess.run(command + " --overwrite --quiet", shell=True, check=True, cwd=folder, env=environment)
    return True


def pixels_of(png):
    """A PNG without what it says about itself."""
    parts, place = [], 8
    while place < len(png):
        length = int.from_bytes(png[place:place + 4], "big")
        if png[place + 4:place + 8] == b"IDAT":
            parts.append(png[place + 8:place + 8 + length])
        place += length + 12
    return b"".join(parts)


def look(address, downloads, shots):
    """Other widths and colors: nothing may stick out, and pictures are kept."""
    for name, width, height, dark in (("phone", 390, 844, False), ("dark", 1280, 900, True), ("phone-dark", 360, 740, True)):
        page = Page(address, downloads, width, height, dark)
        if shots:
            page.driver.save_screenshot(str(shots / f"{name}-welcome.png"))
        page.click("#example")
        page.wait(lambda: page.find("#work").is_displayed(), "the example")
        page.settled()
        page.slide(8, 1.5)
        page.click("#example-motion")
        page.wait(lambda: page.find("#player").is_displayed(), "the example's motion", 120)
        page.click("#play")
        page.settled()
        page.wait(
            lambda: page.run(
                "return [...document.querySelectorAll('.end')].at(-1).getContext('2d').getImageData(9, 9, 1, 1).data[3]"), "thumbnails")
        wide = page.run("return document.documentElement.scrollWidth")
        check(wide <= width, f"nothing sticks out at {width} px ({wide})")
        if shots:
            page.driver.save_screenshot(str(shots / f"{name}.png"))
            whole = page.run("return document.documentElement.scrollHeight")
            page.driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": min(whole, 4000), "deviceScaleFactor": 1, "mobile": width < 600})
            time.sleep(0.3)
            page.driver.save_screenshot(str(shots / f"{name}-whole.png"))
        errors = page.close()
        check(not errors, f"no error in the console ({errors})")


def named(folder, downloads, shots):
    """The model as it comes, with the names of its directions, and the one that hears speech."""
    shutil.rmtree(folder / "models")
    for model in ("portrait", "speech", "faces"):
        if (REPOSITORY / "Models" / model).exists():
            shutil.copytree(REPOSITORY / "Models" / model, folder / "models" / model)
    explorer = Explorer(folder)
    try:
        page = Page(explorer.address, downloads)
        begin(page, folder, downloads, shots)
        far_pose(page, folder)
        errors = [entry for entry in page.close() if "status of 4" not in entry]
        check(not errors, f"no error in the console ({errors})")
        everybody(explorer.address, folder, downloads)
    finally:
        explorer.end()


def everybody(address, folder, downloads):
    """axe-core finds nothing wrong with any view, in both themes, on a wide screen and on a phone."""
    if not AXE.exists():
        return print("  axe-core is not here: Tools/install-dependencies --tests brings it")
    for width, height, dark in ((1280, 900, False), (1280, 900, True), (390, 844, False), (390, 844, True)):
        page = Page(address, downloads, width, height, dark)
        where, found = f"{width} px, {'dark' if dark else 'light'}", []
        page.wait(lambda: page.driver.find_elements(By.CSS_SELECTOR, "#gallery button"), "the gallery")
        found += page.findings(f"{where}, welcome")
        page.drop((folder / "talk.mp4", "video/mp4"))
        page.wait(lambda: page.find("#pending").is_displayed(), "the video to wait")
        found += page.findings(f"{where}, a video that waits")
        page.click("#example")
        page.wait(lambda: page.find("#player").is_displayed(), "the motion", 120)
        page.run("play(false)")
        page.settled()
        found += page.findings(f"{where}, motion")
        for name in page.run("return page.model.views.map(({ name }) => name)"):
            page.run("document.querySelector(`input[name=view][value=${arguments[0]}]`).click()", name)
            page.settled()
            found += page.findings(f"{where}, {name}")
        page.run(
            "for (const one of document.querySelectorAll('details')) one.open = true;"
            "document.querySelector('.name').click(); document.querySelector('#chips button').click();"
            "showError(new Refusal(400, 'Something is wrong.')); document.getElementById('absolute-note').hidden = false;"
            "document.getElementById('pose-note').hidden = false; document.getElementById('begin-near').textContent = 'Begin at frame 3'")
        found += page.findings(f"{where}, everything open")
        page.drop((folder / "words.wav", "audio/wav"))
        page.wait(lambda: "words.wav" in page.find("#motion-name").text, "the sound")
        page.run("play(false)")
        found += page.findings(f"{where}, speaking")
        page.close()
        check(not found, f"axe-core finds nothing at {where}: " + "; ".join(found[:6]))


def many_views(folder, downloads):
    """A family with nine views: their names stand beside or below each other, on wide screens and on phones."""
    explorer = Explorer(folder, "--model", str(REPOSITORY / "Tests/TestSupport/Fixtures/fomm/fomm-adv-tiny.pth.tar"))
    try:
        _many_views(explorer.address, downloads)
    finally:
        explorer.end()


def _many_views(address, downloads):
    for width, height in ((1280, 900), (360, 740)):
        page = Page(address, downloads, width, height)
        page.click("#example")
        page.wait(lambda: page.find("#work").is_displayed(), "the example")
        page.settled()
        overlapping = page.run(
            """
            const boxes = [...document.querySelectorAll('#views span')].map((one) => one.getBoundingClientRect());
            return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
            """)
        names, wide = page.run("return document.querySelectorAll('#views span').length"), page.run(
            "return document.documentElement.scrollWidth")
        check(names == 9 and overlapping == 0, f"{names} views do not cover each other at {width} px ({overlapping})")
        check(wide <= width, f"nothing sticks out of them at {width} px ({wide})")
        errors = page.close()
        check(not errors, f"no error in the console ({errors})")


def names_and_roles(page):
    """Everything that can be used has a name and is reached by Tab."""
    nameless = page.run(
        """
        return [...document.querySelectorAll('button, input, select, canvas[role], summary')].filter((one) => {
            if (one.closest('[hidden]')) return false;
            const label = one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.[0]?.textContent.trim();
            return !label;
        }).map((one) => one.outerHTML);
        """)
    check(not nameless, f"everything has a name {nameless[:2]}")
    reached = set()
    page.find("h1").click()
    for _ in range(45):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        reached.add(page.run("const e = document.activeElement; return e.id || e.className || e.name"))
    wanted = {"model", "hold", "save-png", "reset", "strength", "slider", "amount"}
    check(wanted <= reached, f"Tab reaches the controls {wanted - reached}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of the page")
    shots = parser.parse_args().screenshots
    if not BROWSER or not DRIVER:
        print("skipped: the explorer's page is tested where chromium, chromium-driver and python3-selenium are installed", file=sys.stderr)
        sys.exit(SKIPPED)
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
        shots = shots.resolve()
    with tempfile.TemporaryDirectory(prefix="lia-browser-") as name:
        folder = Path(name)
        downloads = folder / "downloads"
        downloads.mkdir()
        # The name that commands call it by.
        (folder / "bin").mkdir()
        (folder / "bin/lia").symlink_to(Path(LIA).resolve())
        for model in ("portrait", "other"):
            # Without names, which the page then gives.
            shutil.copytree(
                REPOSITORY / "Models/portrait", folder / "models" / model, ignore=shutil.ignore_patterns("directions.json"))
        description = folder / "models/other/model.json"
        description.write_text(description.read_text().replace('"name" : "portrait"', '"name" : "other"'))
        explorer = Explorer(folder)
        print("the explorer at", explorer.address)
        try:
            page = Page(explorer.address, downloads)
            use(page, folder, downloads, shots)
            names_and_roles(page)
            crop(page, folder, downloads, folder / "talk.mp4", shots)
            page.driver.get("about:blank")
            page.wait(lambda: not list((folder / "temporary").iterdir()), "what the page held to be freed")
            check(True, "a page that is left frees what it held")
            errors = [entry for entry in page.close() if "status of 4" not in entry]
            check(not errors, f"no error in the console ({errors})")
            look(explorer.address, downloads, shots)
        finally:
            code, errors = explorer.end()
        check(code == 130 and not errors, f"Ctrl-C ends it ({code}, {errors!r})")
        many_views(folder, downloads)
        named(folder, downloads, shots)
        left = [path.name for path in (folder / "temporary").iterdir()]
        check(not left, f"nothing is left of it ({left})")
    print("the page works")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        print("FAILED:", error, file=sys.stderr)
        sys.exit(1)
