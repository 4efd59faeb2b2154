# syntax=docker/dockerfile:1
# Fundstelle in a container: CPU only, non-root, no network at run time.
#   docker build --build-arg TORCH_INDEX=<index of CPU-only torch builds> -t fundstelle .
#   docker run --read-only --tmpfs /tmp -p 127.0.0.1:8000:8000 -v "$PWD/corpus/reports:/reports:ro" -v fundstelle-data:/data fundstelle

FROM python:3.11-slim-bookworm AS build
# Without it pip takes the default build of torch, which carries several GB of CUDA libraries (README.md).
ARG TORCH_INDEX=""
WORKDIR /app
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY corpus corpus
COPY index index
COPY rag rag
COPY ui ui
RUN /venv/bin/pip install --no-cache-dir --constraint constraints.txt ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} .
# The embedded encoder is prepared once here, so that a container starts without writing outside /data.
ENV XDG_CACHE_HOME=/cache
RUN /venv/bin/python -c "from index.encoder import find_encoder; find_encoder()"

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-deu \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data fundstelle \
    && install -d -o fundstelle /data /reports
COPY --from=build /venv /venv
COPY --from=build /cache /cache
RUN install -d -o fundstelle /cache/fundstelle/ocr
# A container is only reached through all of its addresses, so it is open inside; `docker run -p 127.0.0.1:8000:8000`
# above keeps it to this machine. Publish it to others only with keys, and then with -e FUNDSTELLE_OPEN=0.
ENV PATH=/venv/bin:$PATH XDG_CACHE_HOME=/cache FUNDSTELLE_OPEN=1 \
    FUNDSTELLE_CORPUS=/reports FUNDSTELLE_DATA=/data FUNDSTELLE_HOST=0.0.0.0 FUNDSTELLE_PORT=8000
USER fundstelle
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "fundstelle index build --if-stale && exec fundstelle serve"]
