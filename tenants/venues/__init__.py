"""The places where a city's classes meet, and the institutions that run them: named once, renamed, merged."""
