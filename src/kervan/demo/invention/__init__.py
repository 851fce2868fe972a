"""What the demonstration invents, from a seed: the same seed gives the same people, marks and wishes. Pure: no database, no clock."""
