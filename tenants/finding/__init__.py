"""One search of the console that reaches courses, people of this city's runs, and pages."""
