"""For tests of pages in a real browser."""
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.common.by import By


class InBrowser(unittest.TestCase):
    """A page in Chromium. Subclasses have rendered(folder), which makes it."""
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.page = cls.rendered(cls.folder.name)
        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1000"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(options=options)
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.addCleanup(lambda: self.assertEqual(self.browser.get_log("browser"), []))

    def open(self, route="", page=None):
        self.browser.get("about:blank")
        self.browser.get((page or self.page).as_uri() + route)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)
