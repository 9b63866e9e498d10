"""结对互学: pairs of a recognised station with another, and the exchanges between them."""
