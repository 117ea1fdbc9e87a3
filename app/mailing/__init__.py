"""What is sent to people: mail, chats, weekly letters, invitations."""
