"""An item as schema.org describes courses, for search engines."""

from typing import Any

from contentlib.items.models import PublishedItem

CONTEXT = "https://schema.org"
LEVELS = {"first": "Beginner", "middle": "Intermediate", "deep": "Advanced"}


def course(item: PublishedItem, address: str, provider: str, origin: str) -> dict[str, Any]:
    """An online Course that anybody finds at `address`, of the house `provider` at `origin`; free unless it is outside."""
    length = f"PT{item.seconds}S" if item.seconds else None
    free = {"@type": "Offer", "url": address, "price": 0, "priceCurrency": "KRW", "category": "Free"}
    instance = {"@type": "CourseInstance", "@id": address, "courseMode": "Online"}
    said = {
        "@context": CONTEXT,
        "@type": "Course",
        "@id": f"{address}#course",
        "url": address,
        "name": item.title,
        "description": item.summary or item.description or item.title,
        "inLanguage": "ko",
        "educationalLevel": LEVELS.get(item.level),
        "timeRequired": length,
        "isAccessibleForFree": None if item.link else True,
        "accessibilityFeature": ["captions"] if item.languages else None,
        "datePublished": item.published_at.date().isoformat(),
        "provider": {"@type": "Organization", "name": provider, "url": f"{origin}/"},
        "offers": None if item.link else free,
        "hasCourseInstance": {**instance, "courseWorkload": length} if length else instance,
    }
    return {name: value for name, value in said.items() if value is not None}
