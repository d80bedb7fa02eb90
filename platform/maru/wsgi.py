"""The application object that servers import."""

from maru import logs
from maru.app import create_app
from maru.config import Config

logs.configure()
app = create_app(Config.load())
app.database.check()
