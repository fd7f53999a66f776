#!/usr/bin/env python3
"""Looks at the site in headless Chromium (Debian: chromium, chromium-driver): look.py FOLDER

Every page that is not of the reference, 1280 and 390 pixels wide, light and dark: nothing is wider
than the window, text and background differ by at least 4.5 to 1 (WCAG 2.1, 1.4.3), and the search
finds what it is asked for.
"""

import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

PORT = 9515
LOOK = """
const wide = document.documentElement.scrollWidth - window.innerWidth;
const parts = color => {
    const found = color.match(/[\\d.]+/g).map(Number);
    return found.length < 4 || found[3] > 0.5 ? found : null;
};
const light = color => {
    const [r, g, b] = color.slice(0, 3).map(part => part / 255).map(
        part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const weak = new Set();
for (const one of document.querySelectorAll(
         ".contents p, .contents li, .contents td, .contents code, .contents pre, .contents h1, .contents h2, .contents a, .contents span")) {
    const own = [...one.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    const fore = parts(getComputedStyle(one).color);
    let back = null;
    for (let at = one; at && !back; at = at.parentElement) {
        back = parts(getComputedStyle(at).backgroundColor);
    }
    if (own && fore && back) {
        const [low, high] = [light(fore), light(back)].sort((a, b) => a - b);
        const size = parseFloat(getComputedStyle(one).fontSize);
        if ((high + 0.05) / (low + 0.05) < (size >= 24 ? 3 : 4.5)) {
            weak.add(one.className + " " + getComputedStyle(one).color);
        }
    }
}
return [wide, [...weak].slice(0, 5)];
"""


def ask(method, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", method=method,
                                     data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())["value"]


class Browser:
    def __init__(self, width, scheme):
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                    f"--window-size={width},900"]
        if scheme == "dark":
            switches.append("--blink-settings=preferredColorScheme=0")
        self.path = "/session/" + ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": switches}}}})["sessionId"]
        ask("POST", self.path + "/chromium/send_command", {"cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}})
        ask("POST", self.path + "/chromium/send_command", {"cmd": "Emulation.setEmulatedMedia",
            "params": {"features": [{"name": "prefers-color-scheme", "value": scheme}]}})

    def run(self, script):
        return ask("POST", self.path + "/execute/sync", {"script": script, "args": []})

    def open(self, page):
        ask("POST", self.path + "/url", {"url": page.resolve().as_uri()})

    def close(self):
        ask("DELETE", self.path)


def look(html):
    pages = [page for page in sorted(html.glob("*.html"))
             if page.stem in ("index", "start", "use", "fits", "options", "errors", "endings", "after_fork",
                              "costs", "messages", "streams", "refusals", "lessons")
             or page.stem.startswith(("lesson_", "from_"))]
    offences = []
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            browser = Browser(width, scheme)
            for page in pages:
                browser.open(page)
                wide, weak = browser.run(LOOK)
                if wide > 0:
                    offences.append(f"{page.name}, {width}: {wide} pixels too wide")
                offences += [f"{page.name}, {scheme}: too little contrast: {one}" for one in weak]
            browser.close()
    return pages, offences


def searched(html, words):
    text = "".join(path.read_text() for path in (html / "search").glob("*.js")).lower()
    return [f"the search does not find {word}" for word in words if word.lower() not in text]


def main():
    html = pathlib.Path(sys.argv[1]) / "html"
    driver = subprocess.Popen(["chromedriver", f"--port={PORT}"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                ask("GET", "/status")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        pages, offences = look(html)
    finally:
        driver.kill()
    offences += searched(html, ["HopLimit", "spent_by_this_step"])
    for offence in sorted(set(offences)):
        print(offence)
    print(f"{len(pages)} pages looked at")
    sys.exit(1 if offences else 0)


main()
