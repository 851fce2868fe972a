"""What is said about institutions, partners, contacts, visits and networks."""

from kervan.institutions.texts.directory import charter as charter
