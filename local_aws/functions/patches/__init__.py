"""One patch of moto 5.2.5 per module: what is wrong, and the smallest change that mends it."""
