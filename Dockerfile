# The program in a container, with its models and nothing to build with:
#
#     docker build --tag lia .
#     docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/data" lia animate -s portrait.jpg -d talk.mp4 -o out.mp4
#
# Tests/Packages/container takes the same steps without an engine.
FROM swift:6.1-bookworm AS build
# pip fetches the networks that find faces.
RUN apt-get update && apt-get install -y --no-install-recommends make python3-pip
WORKDIR /lia
COPY . .
RUN make deb

FROM debian:bookworm-slim
COPY --from=build /lia/dist/*.deb /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/*.deb && rm -rf /tmp/*.deb /var/lib/apt/lists/*
WORKDIR /data
# There is no home to look for models in.
ENV HOME=/tmp
ENTRYPOINT ["lia"]
