"""When: meetings, agenda, attendance, minutes, decisions, action items, bookings, reminders, exports."""
