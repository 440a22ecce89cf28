"""What exercises are made of: questions, answers in any form, programs to repair."""
