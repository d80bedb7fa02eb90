"""What people see: base pages, components, style sheets, languages. LOOK.md is the page to read first.

`maru.web.mount.mount(app, ...)` puts all of it on an application. `templates/` has to be on its template
path; pages extend `base.html` (residents), `console.html` (staff) or `error.html` (problems) and import macros from
`components/`. These read the following context, which the application hands to every page:

    site            None on the portal, else the city's: slug, name ("수원시 평생학습관"), short_name ("수원시"),
                    tagline, phone, hours; drawing (a key of components/drawings.html, for the mark and the hero);
                    logo_url, logo_alt (the city's own sign instead of the mark, or ""); masthead ("deep" | "white"),
                    hero ("deep" | "light"), shape ("plain" | "soft"), font ("gothic" | "serif"); own_entries (label, url,
                    current: what the city adds to the doors); address, map_url; brand_version
    previewing      whether staff see a draft of the site
    portal          the province's, always there: the same members (name "경기 평생배움 마루", short_name "경기도")
    portal_url      its address
    canonical_url   where this page is to be found, however it was asked for
    home_url        the first page of the house, or the portal's where this house is not open
    live_cities     list of slug, name, url, for the switch of cities
    person          None or name
    staff_url       the console, for staff, else None
    staff           in the console: name, and place (the city's or the province's console in words)
    language        "ko" | "en"
    switch_language_url   this page in the other language
    doors           the four doors: list of label, url, current
    my_url, sign_in_url, sign_out_url   sign-out is a POST
    footer_links    list of label, url
    csrf_token()    for forms
    menu            in the console: list of groups (label, entries: label, url, icon, current, count)

A page in error has `problem`: status, title, detail, rule, remedies (text, href), all in the page's language already.
"""
