"""A person cancels during the inference, and tries again."""

from pathlib import Path

from tests.browser.photos import sample
from tools.browser import chromium
from tools.page import Page
from tools.serve import SiteServer

TIMEOUT = 240.0


def test_cancel_button(site: Path) -> None:
    """The card says so at once, and trying again needs nothing that is there already."""
    with SiteServer(site) as server, chromium() as driver:
        page = Page(driver, server.url)
        page.choose(sample("coffee"))
        card = page.cards[0]
        seen: list[str] = []

        def cancel(step: str) -> None:
            seen.append(step)
            if step == "infer" and seen.count("infer") == 1:
                page.cancel(card)

        page.wait(TIMEOUT, cancel)
        assert page.read(card).state == "cancelled"
        page.retry(card)
        page.wait(TIMEOUT)
        outcome = page.read(card)
        assert outcome.state == "done"
        assert "runtime" not in outcome.seconds
