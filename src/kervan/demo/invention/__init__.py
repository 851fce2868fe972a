"""What the demonstration invents: the same seed gives the same people, marks and wishes. No database, no clock."""
