"""A fictional network of three sites with sixty-odd believable cases, as data files and their reader."""
