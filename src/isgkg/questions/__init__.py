"""The question library: competency questions that drafters, experiment bases, researchers and consumers ask.

Flows in: data/questions/*.rq, a store, and values for a question's parameters. Flows out: questions, their SPARQL text, their answers.
"""

from isgkg.questions.answers import bind, checked, choices, codes, run
from isgkg.questions.library import USERS, Library, Parameter, Question, load

__all__ = ["USERS", "Library", "Parameter", "Question", "bind", "checked", "choices", "codes", "load", "run"]
