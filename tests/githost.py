"""A git server over https on this machine that lets in who brings the right name and token, for tests."""

import base64
import os
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class GitHost:
    """Serves the repositories below a folder; `heard` is what came to be let in, `env` trusts its certificate."""

    def __init__(self, folder: Path, user: str, token: str, says: str = "") -> None:
        self.heard: list[str] = []
        certificate, key = folder / "host.pem", folder / "host.key"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", "2", "-subj", "/CN=git.example.com", "-addext", "subjectAltName=DNS:git.example.com"),
                *("-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        self.env = (("GIT_SSL_CAINFO", str(certificate)),)
        wanted = "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                given = self.headers.get("authorization", "")
                host.heard.append(given)
                if given != wanted:
                    self.send_response(401)
                    self.send_header("www-authenticate", 'Basic realm="git"')
                    words = says.format(given=given).encode()
                    self.send_header("content-type", "text/plain")
                    self.send_header("content-length", str(len(words)))
                    self.end_headers()
                    self.wfile.write(words)
                    return
                parts = urlsplit(self.path)
                env = {
                    "PATH": os.defpath,
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_CONFIG_COUNT": "1",
                    "GIT_CONFIG_KEY_0": "http.receivepack",
                    "GIT_CONFIG_VALUE_0": "true",
                    "PATH_INFO": parts.path,
                    "QUERY_STRING": parts.query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("content-type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
                    "REMOTE_USER": user,
                }
                done = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True, check=True)
                head, _, content = done.stdout.partition(b"\r\n\r\n")
                headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
                self.send_response(int(headers.pop("Status", "200").split()[0]))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = answer  # noqa: N815 (the library looks for these names)
            do_POST = answer  # noqa: N815 (same)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, name: str) -> str:
        return f"https://git.example.com:{self.port}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
