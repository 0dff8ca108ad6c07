# The parts that scripts/test --full adds, with the large counts; sourced.
