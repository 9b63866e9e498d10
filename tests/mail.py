"""A mail server on a free port of this machine, with what goes wrong in real life."""

import contextlib
import email
import email.policy
import socketserver
import threading


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.messages = []
        # Recipient to the reply that it gets instead of "250 OK".
        self.replies: dict[str, str] = {}
        # Keeps the message, and hangs up without saying so.
        self.hangs_up = False

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def recipients(self):
        return [message["To"] for message in self.messages]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 mail.test")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "DATA":
                self._say("354 go on")
                self.server.messages.append(self._message())
                if self.server.hangs_up:
                    return
            reply = "250 OK"
            if verb.upper() == "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                reply = self.server.replies.get(address, reply)
            self._say("221 bye" if verb.upper() == "QUIT" else reply)

    def _message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextlib.contextmanager
def mail_server():
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
