"""An nginx of the test's own: its sockets, configuration and pages in a temporary folder."""

import grp
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import tempfile

import lesson

CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
    default_type text/plain;
    log_format whole '$request | $http_host | $status';
    access_log {folder}/log whole;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        {listen}
        root {folder}/pages;
        location /chunked/ {{ alias {folder}/pages/; ssi on; ssi_types *; }}
        location /endless/ {{
            alias {folder}/pages/; ssi on; ssi_types *; chunked_transfer_encoding off;
        }}
        location /nothing {{ return 204; }}
        location /moved {{ return 302 /index.html; }}
        location /early {{ return 200 "query $arg_q"; }}
    }}
}}
"""


class Nginx:
    """Listens on a free port of these addresses, on the same one of all. It is given sockets that
    listen already (in NGINX, as from one nginx to the next), so that no port is guessed and nothing
    needs to be waited for. Use it in a `with`."""

    def __init__(self, *addresses):
        self.addresses = addresses or ("127.0.0.1",)
        self.process, self.sockets = None, []

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.folder.chmod(0o755)
        (self.folder / "pages").mkdir()
        self.page("index.html", b"<p>Hello from nginx</p>\n")
        try:
            self.port = self._listen()
            listen = "".join(
                f"listen {'[' + address + ']' if ':' in address else address}:{self.port};"
                for address in self.addresses)
            # Without root nginx is who it is, and would warn.
            user = "user {} {};".format(pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name)
            (self.folder / "configuration").write_text(CONFIGURATION.format(
                folder=self.folder, listen=listen, user="" if os.geteuid() else user))
            self.process = subprocess.Popen(
                # With whoever started it, it ends, too.
                ["setpriv", "--pdeathsig", "TERM", "nginx", "-p", str(self.folder),
                 "-c", str(self.folder / "configuration"), "-e", str(self.folder / "errors")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                pass_fds=[one.fileno() for one in self.sockets],
                env=os.environ | {
                    "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin",
                    "NGINX": "".join(f"{one.fileno()};" for one in self.sockets)})
        except BaseException:
            self._clean()
            raise
        finally:
            for one in self.sockets:
                one.close()
        return self

    def _listen(self):
        """The same free port on all addresses; another try when it is taken on one of them."""
        for _ in range(100):
            port = 0
            try:
                for address in self.addresses:
                    family = socket.AF_INET6 if ":" in address else socket.AF_INET
                    self.sockets.append(socket.create_server((address, port), family=family))
                    port = self.sockets[-1].getsockname()[1]
                return port
            except OSError:
                while self.sockets:
                    self.sockets.pop().close()
        raise AssertionError(f"no port that is free on {self.addresses}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(lesson.PATIENCE)
            if self.process.returncode != 0:
                raise AssertionError((self.folder / "errors").read_text())
        finally:
            self._clean()

    def _clean(self):
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        self.temporary.cleanup()

    def page(self, name, content):
        (self.folder / "pages" / name).write_bytes(content)

    def log(self, count):
        """What it was asked, as soon as it has answered so many."""
        def lines():
            try:
                found = (self.folder / "log").read_text().splitlines()
            except FileNotFoundError:
                return None
            return found if len(found) >= count else None
        return lesson.wait_until(lines, f"nginx has answered {count} requests")


def curl(*arguments):
    """(exit status, standard output) of curl."""
    done = subprocess.run(["curl", "--silent", "--noproxy", "*", *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=lesson.PATIENCE)
    return done.returncode, done.stdout
