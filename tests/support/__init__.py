"""What tests stand on: servers, processes, and the things that stories are made of."""
