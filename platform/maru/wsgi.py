"""The application object that servers import."""

from werkzeug.middleware.proxy_fix import ProxyFix

from maru import logs
from maru.app import create_app
from maru.config import Config

logs.configure()
config = Config.load()
config.demand_safety()
app = create_app(config)
app.database.check()
if config.proxies:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0)  # type: ignore[method-assign]
