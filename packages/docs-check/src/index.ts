/** Entry point for other packages: none yet. */ export {};
