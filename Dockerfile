# digits-web in a container: python 3.12, the reader with its weights, and nothing that trains.
#   docker build -t digitlens .
#   docker run --rm -p 127.0.0.1:8000:8000 -v "$PWD/token:/run/token:ro" digitlens --token-file /run/token
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml setup.cfg README.md LICENSE ./
COPY model model
COPY scanner scanner
COPY realtime realtime
COPY web web
COPY bench bench
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir '.[web,heic]'

FROM python:3.12-slim
# what OpenCV needs of the system
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin digitlens
COPY --from=build /venv /venv
USER digitlens
WORKDIR /tmp
EXPOSE 8000
# the readers are up within some seconds; a machine that is busy gets a minute
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# inside, 0.0.0.0 is the container's own network; who reaches it is said by -p. Without a token the server warns.
ENTRYPOINT ["/venv/bin/digits-web", "--host", "0.0.0.0"]
