"""An item as schema.org describes courses, for search engines."""

from typing import Any

from contentlib.items.models import PublishedItem

CONTEXT = "https://schema.org"
LEVELS = {"first": "Beginner", "middle": "Intermediate", "deep": "Advanced"}


def course(item: PublishedItem, address: str, provider: str, origin: str) -> dict[str, Any]:
    """A free online Course that anybody can watch at `address`, offered by the house `provider` at `origin`."""
    said = {
        "@context": CONTEXT,
        "@type": "Course",
        "@id": f"{address}#course",
        "url": address,
        "name": item.title,
        "description": item.summary or item.description or item.title,
        "inLanguage": "ko",
        "educationalLevel": LEVELS.get(item.level),
        "timeRequired": f"PT{item.seconds}S",
        "isAccessibleForFree": True,
        "accessibilityFeature": ["captions"] if item.languages else None,
        "datePublished": item.published_at.date().isoformat(),
        "provider": {"@type": "Organization", "name": provider, "url": f"{origin}/"},
        "offers": {"@type": "Offer", "url": address, "price": 0, "priceCurrency": "KRW", "category": "Free"},
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "@id": address,
            "courseMode": "Online",
            "courseWorkload": f"PT{item.seconds}S",
        },
    }
    return {name: value for name, value in said.items() if value is not None}
