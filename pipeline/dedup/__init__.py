"""Whether a text is new, an edit, a copy or nothing new: a pure decision over candidates."""

from pipeline.dedup.candidates import Candidates, Incoming, Rule, Similar
from pipeline.dedup.relation import RULES, decide

__all__ = ["RULES", "Candidates", "Incoming", "Rule", "Similar", "decide"]
