use registry::index::Index;
