"""A person cancels during the inference, and tries again."""

from pathlib import Path

from selenium.webdriver.common.by import By

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
                card.find_element(By.CSS_SELECTOR, ".cancel").click()

        page.wait(TIMEOUT, cancel)
        assert page.read(card).state == "cancelled"
        card.find_element(By.CSS_SELECTOR, ".retry").click()
        page.wait(TIMEOUT)
        outcome = page.read(card)
        assert outcome.state == "done"
        assert "runtime" not in outcome.seconds
