"""The application object that servers import."""

from maru import logs
from maru.app import create_app
from maru.config import Config

logs.configure()
config = Config.load()
config.demand_safety()
app = create_app(config)
app.database.check()
