"""Many documents: a run over them that goes on where it stopped, keeps within limits, and loses nothing."""
