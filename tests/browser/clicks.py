"""Clicks that reach their element, though the page still moves."""

from selenium.common.exceptions import ElementClickInterceptedException
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

__all__ = ["click"]

TIMEOUT = 60.0


def click(element: WebElement) -> None:
    """Click an element in the middle of the window.

    A picture that is shown meanwhile may have moved it away, so that the click would go to another
    one: then it is tried again.
    """

    def reached(_: object) -> bool:
        driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()
        return True

    driver = element.parent
    again = [ElementClickInterceptedException]
    WebDriverWait(driver, TIMEOUT, ignored_exceptions=again).until(reached)
