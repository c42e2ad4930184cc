"""What a page has written to its console."""

from selenium.webdriver import Chrome

__all__ = ["complaints"]


def complaints(driver: Chrome) -> list[str]:
    """Return the errors and warnings since the last look: scripts', and of refused requests."""
    log = driver.get_log("browser")
    return [entry["message"] for entry in log if entry["level"] in ("SEVERE", "WARNING")]
