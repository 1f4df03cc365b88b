"""What people at the hotline see: the agent's screen, the board, the events on MQTT."""
