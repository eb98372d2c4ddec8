"""The classifiers that people usually reach for, behind one interface (contestant.py), listed in registry.py."""
