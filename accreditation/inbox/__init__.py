"""What reaches people by itself: reminders before a day, 催办, and 通知公告 downwards."""
