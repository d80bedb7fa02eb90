"""Residents ask their city, about a course or in general; staff answer, and what helps others is made public without names."""
