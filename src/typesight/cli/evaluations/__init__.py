"""What `typesight eval` is asked for, and what that would cost."""
