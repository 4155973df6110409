import { suites } from './suites.ts';

suites('embedded');
