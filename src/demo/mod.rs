//! What can be watched where there is no hospital? A simulated one on loopback, with scripted faults.
