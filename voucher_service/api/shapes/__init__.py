"""What the management API takes and gives, by subject. Shapes only: no rule lives here."""
