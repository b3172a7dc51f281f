# docker build -t certconv .
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" certconv inspect site.pfx
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -tags=urfave_cli_no_docs -ldflags='-s -w' -o /certconv ./cmd/certconv

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /certconv /
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/certconv"]
